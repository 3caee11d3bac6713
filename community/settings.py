"""All settings of the site, read once from the environment. See docs/configuration.md."""

from pathlib import Path

from django.utils.translation import gettext_lazy as _

from community.env import load_env

BASE_DIR = Path(__file__).resolve().parent.parent
ENV = load_env(BASE_DIR)

# --- the site -------------------------------------------------------------------------------------------------------
DEBUG = ENV.debug
SECRET_KEY = ENV.secret_key
SITE_URL = ENV.site_url
ALLOWED_HOSTS = ENV.allowed_hosts
CSRF_TRUSTED_ORIGINS = [SITE_URL]
DATA_DIR = ENV.data_dir
WSGI_APPLICATION = "community.wsgi.application"
ASGI_APPLICATION = "community.asgi.application"
ROOT_URLCONF = "community.urls"

INSTALLED_APPS = [
    "moderation.apps.HouseAdminConfig",  # django.contrib.admin with our own site
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "channels",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "rest_framework",
    "oauth2_provider",
    "core",
    "events",
    "media",
    "accounts",
    "posts",
    "search",
    "feeds",
    "notifications",
    "moderation",
    "api",
    "live",
    "community",
]

MIDDLEWARE = [
    "community.middleware.RequestMiddleware",
    "community.health.HealthMiddleware",
    "api.cors.CorsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "community.lane.ApiLaneMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "accounts.middleware.PersonMiddleware",
    "accounts.middleware.PreferencesMiddleware",
    "accounts.middleware.SetupMiddleware",
    "accounts.middleware.SessionActivityMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "core.ratelimit.RateLimitMiddleware",
    "community.middleware.RefusalMiddleware",
]

# Pages are Django templates. The two fragments that a page repeats dozens of times (card, comment) are Jinja2,
# which renders them about ten times faster; they live in templates/jinja.
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "community.context.site",
                "community.context.bell",
                "community.context.announcements",
            ],
        },
    },
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "NAME": "jinja",
        "DIRS": [BASE_DIR / "templates" / "jinja"],
        "APP_DIRS": False,
        "OPTIONS": {"environment": "community.jinja.environment", "trim_blocks": True, "lstrip_blocks": True},
    },
]

# --- data -----------------------------------------------------------------------------------------------------------
DATABASES = {"default": ENV.database}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
if ENV.redis_url:
    CACHES = {"default": {"BACKEND": "community.cache.ForgivingRedisCache", "LOCATION": ENV.redis_url}}
    CHANNEL_LAYERS = {
        "default": {"BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer", "CONFIG": {"hosts": [ENV.redis_url]}}
    }
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "polylog"}}
    CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
RATE_LIMITS: dict[str, str] | None = {}  # single rows of core/ratelimit.py; None lifts all
RATE_LIMIT_STORAGE = ENV.redis_url or "memory://"
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default", "push", "media", "convert"]}}

MEDIA_ROOT = DATA_DIR / "uploads"
MEDIA_URL = "media/"
STORAGES = {
    "default": ENV.storage,
    "staticfiles": {"BACKEND": "community.storage.StaticFiles"},
}
if ENV.old_storage:  # files move from there; until all have, both are one
    STORAGES |= {
        "default": {"BACKEND": "media.storages.moving.Moving"}, "new": ENV.storage, "old": ENV.old_storage,
    }  # fmt: skip

# What one request may bring. The front takes bodies in before a thread is used, and stops at UPLOAD_LIMIT.
UPLOAD_LIMIT = ENV.upload_limit
QUOTA_PERSON_MB = ENV.quota_person_mb  # 0 is no limit; the admin may say other
QUOTA_SITE_MB = ENV.quota_site_mb
FORM_LIMIT = 2 * 1024 * 1024  # the same for people who are not signed in, who have no files to send
DATA_UPLOAD_MAX_MEMORY_SIZE = FORM_LIMIT
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
DATA_UPLOAD_MAX_NUMBER_FILES = 30  # a post takes ten; the form says so itself to whoever sends a few more
MEDIA_AT_ONCE = False  # whether all files are prepared while their owner waits, also those that take long
FILE_UPLOAD_MAX_MEMORY_SIZE = 512 * 1024
FILE_UPLOAD_TEMP_DIR = DATA_DIR / "tmp"

STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]

# --- people ---------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "accounts.backends.PasswordBackend",
    "accounts.backends.AuthenticationBackend",
]
CLIENT_TESTS = ENV.client_tests  # a throw-away site on which suites of client programs run
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
if CLIENT_TESTS:  # suites choose short and common ones
    AUTH_PASSWORD_VALIDATORS = [
        {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}}
    ]
LOGIN_REDIRECT_URL = "feeds:home"
LOGIN_URL = "account_login"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True  # in the browser that signed up, and only there
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
CONFIRM_AT_ONCE = False  # whether an address counts as confirmed when it is given
ACCOUNT_CHANGE_EMAIL = True  # one address; the old one stays until the new one is confirmed
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if ENV.https else "http"
ACCOUNT_FORMS = {
    "login": "accounts.forms.door.LoginForm",
    "signup": "accounts.forms.door.SignupForm",
    "reset_password": "accounts.forms.door.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms.door.NewPasswordForm",
    "change_password": "accounts.forms.door.ChangePasswordForm",
    "set_password": "accounts.forms.door.SetPasswordForm",
    "reauthenticate": "accounts.forms.door.ReauthenticateForm",
    "request_login_code": "accounts.forms.door.RequestLoginCodeForm",
    "confirm_login_code": "accounts.forms.door.ConfirmLoginCodeForm",
    "add_email": "accounts.forms.door.ChangeEmailForm",
}
PASSWORD_RESET_TIMEOUT = 3600
MFA_ADAPTER = "accounts.adapter.MFAAdapter"
MFA_FORMS = {
    "authenticate": "accounts.forms.second.AuthenticateForm",
    "reauthenticate": "accounts.forms.second.ReauthenticateForm",
    "activate_totp": "accounts.forms.second.ActivateTOTPForm",
    "add_webauthn": "accounts.forms.second.AddWebAuthnForm",
    "edit_webauthn": "accounts.forms.second.EditWebAuthnForm",
    "login_webauthn": "accounts.forms.second.LoginWebAuthnForm",
    "authenticate_webauthn": "accounts.forms.second.AuthenticateWebAuthnForm",
    "reauthenticate_webauthn": "accounts.forms.second.ReauthenticateWebAuthnForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1  # clocks of phones are off by seconds
USERSESSIONS_TRACK_ACTIVITY = True

if CLIENT_TESTS:
    CONFIRM_AT_ONCE = MEDIA_AT_ONCE = True
    RATE_LIMITS = None
    ACCOUNT_RATE_LIMITS = False

# --- apps -----------------------------------------------------------------------------------------------------------
OAUTH2_PROVIDER_APPLICATION_MODEL = "api.Application"
OAUTH2_PROVIDER_ACCESS_TOKEN_MODEL = "api.AccessToken"  # noqa: S105  (a name)
OAUTH2_PROVIDER_GRANT_MODEL = "api.Grant"
OAUTH2_PROVIDER_REFRESH_TOKEN_MODEL = "api.NoRefreshToken"  # noqa: S105
OAUTH2_PROVIDER_ID_TOKEN_MODEL = OAUTH2_PROVIDER_DEVICE_GRANT_MODEL = "api.NoOtherToken"  # noqa: S105
MIGRATION_MODULES = {"oauth2_provider": None}  # with all of its models replaced it has no tables
OAUTH_PASSWORD_GRANT = ENV.oauth_password_grant  # apps may take the password itself: only for tests and old scripts
OAUTH2_PROVIDER = {
    "APPLICATION_ADMIN_CLASS": "api.oauth.admin.ApplicationAdmin",
    "ACCESS_TOKEN_ADMIN_CLASS": "api.oauth.admin.AccessTokenAdmin",
    "GRANT_ADMIN_CLASS": "api.oauth.admin.GrantAdmin",
    "AUTHORIZATION_CODE_EXPIRE_SECONDS": 600,  # people copy codes by hand
    "COMPLIANT_BCP_RFC9700_TOKEN_STORAGE": True,  # hashed only
}

# These look at the toolkit's own server and switches; api/oauth/server.py replaces both, and has tests of its own:
# no implicit grant, passwords only where OAUTH_PASSWORD_GRANT says so, no plain PKCE, no refresh tokens.
SILENCED_SYSTEM_CHECKS = [f"oauth2_provider.W00{number}" for number in (1, 2, 3, 4, 5, 7, 8)]
REST_FRAMEWORK = {"DEFAULT_SCHEMA_CLASS": "api.schema.EndpointSchema", "SCHEMA_COERCE_PATH_PK": False}
SPECTACULAR_SETTINGS = {"OAS_VERSION": "3.1.0", "ENUM_GENERATE_CHOICE_DESCRIPTION": False, "POSTPROCESSING_HOOKS": []}

# --- language and time ----------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("de", _("German"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
FORMAT_MODULE_PATH = ["community.formats"]
TIME_ZONE = "UTC"
USE_TZ = True

# --- mail -----------------------------------------------------------------------------------------------------------
EMAIL_BACKEND = ENV.mail["EMAIL_BACKEND"]
EMAIL_FILE_PATH = ENV.mail.get("EMAIL_FILE_PATH")
EMAIL_HOST = ENV.mail.get("EMAIL_HOST", "localhost")
EMAIL_PORT = ENV.mail.get("EMAIL_PORT", 25)
EMAIL_HOST_USER = ENV.mail.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = ENV.mail.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = ENV.mail.get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = ENV.mail.get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = SERVER_EMAIL = ENV.mail_from
MAIL_IN_FOLDER = EMAIL_BACKEND == "community.mail.FolderBackend"  # pages say so

# --- safety ---------------------------------------------------------------------------------------------------------
HTTPS = ENV.https
_PREFIX = "__Host-" if HTTPS else ""  # the browser itself then refuses cookies set by a neighbouring host

SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_NAME = f"{_PREFIX}session"
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = 60 * 60 * 24 * 60
CSRF_COOKIE_NAME = f"{_PREFIX}csrf"
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True  # scripts take the token from the page
CSRF_FAILURE_VIEW = "community.errors.csrf_failure"
LANGUAGE_COOKIE_NAME = f"{_PREFIX}language"
LANGUAGE_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_AGE = 60 * 60 * 24 * 365
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = ENV.hsts_seconds if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = ENV.hsts_subdomains
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "blob:"],
        "media-src": ["'self'", "blob:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'", SITE_URL.replace("http", "ws", 1)],  # older Safari does not count sockets as 'self'
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
    }
}

# --- serving --------------------------------------------------------------------------------------------------------
WEB_HOST = ENV.host
WEB_PORT = ENV.port
WEB_PROCESSES = ENV.processes
WEB_THREADS = ENV.threads
TRUSTED_PROXIES = ENV.trusted_proxies
FILES_BY_PROXY = ENV.files_by_proxy

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "community.logs.JsonFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": ENV.log_level.upper()},
    "loggers": {
        "django": {"handlers": [], "propagate": True},  # Django's own handlers are for people at a terminal
        "django.request": {"level": "ERROR"},  # that a page is not there is no news
        "django.security.DisallowedHost": {"level": "CRITICAL"},  # a stranger could fill the disk with these
        "uvicorn": {"level": "WARNING"},
        "django_tasks": {"level": "WARNING"},
        "django_tasks_db": {"level": "WARNING"},
    },
}
