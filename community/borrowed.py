"""Words that Django and allauth say here, listed so that our catalogues hold them.

The German of both says "Sie", or stumbles; this house says "du". A catalogue of ours goes before theirs.
"""

from django.utils.translation import gettext_noop as _

ALLAUTH = (
    _("Use your password"),
    _("Use authenticator app or code"),
    _("Use a security key"),
    _("You must type the same password each time."),
    _("The new value must be different from the current one."),
    _("Be patient, you are sending too many requests."),
    _("You cannot add an email address to an account protected by two-factor authentication."),
    _("You cannot deactivate two-factor authentication."),
    _("You cannot generate recovery codes without having two-factor authentication enabled."),
    _("You cannot activate two-factor authentication until you have verified your email address."),
)
FORMS = (
    _("This field is required."),
    _("Enter a valid email address."),
    _("No file was submitted. Check the encoding type on the form."),
    _("Please either submit a file or check the clear checkbox, not both."),
)
PEOPLE = (
    _("This password is too common."),
    _("This password is entirely numeric."),
    _("The password is too similar to the %(verbose_name)s."),
    _("Designates whether the user can log into this admin site."),
    _("Designates that this user has all permissions without explicitly assigning them."),
    _("The groups this user belongs to. A user will get all permissions granted to each of their groups."),
)
ADMIN = (
    _(
        "Deleting the %(object_name)s '%(escaped_object)s' would result in deleting related objects, "
        "but your account doesn't have permission to delete the following types of objects:"
    ),
    _(
        'Are you sure you want to delete the %(object_name)s "%(escaped_object)s"? '
        "All of the following related items will be deleted:"
    ),
    _(
        "Deleting the selected %(objects_name)s would result in deleting related objects, "
        "but your account doesn't have permission to delete the following types of objects:"
    ),
    _(
        "Are you sure you want to delete the selected %(objects_name)s? "
        "All of the following objects and their related items will be deleted:"
    ),
    _(
        "You are authenticated as %(username)s, but are not authorized to access this page. "
        "Would you like to login to a different account?"
    ),
    _("Hold down “Control”, or “Command” on a Mac, to select more than one."),
    _("This object doesn’t have a change history. It probably wasn’t added via this admin site."),
    _("Thanks for spending some quality time with the web site today."),
)
