"""The storage page of the admin: what there is, how it grows, and making room."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.admin import SecretFactAdmin
from media.models import Sweep
from media.report import report
from media.tasks import make_room

MB = 1024 * 1024


class RoomForm(forms.Form):
    """How much is to be free."""

    megabytes = forms.IntegerField(
        label=gettext_lazy("Megabytes to free"), min_value=1, max_value=10**9, label_suffix="",
        widget=forms.NumberInput(attrs={"class": "input", "inputmode": "numeric"}),
    )  # fmt: skip


@admin.register(Sweep)
class StorageAdmin(SecretFactAdmin):
    """One page for the owner alone: instead of a list of sweeps, what they looked through."""

    fields = ["files", "orphans", "unused", "freed", "when"]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Show the numbers; take an order to make room."""
        if not self.has_view_permission(request):
            return super().changelist_view(request)  # which refuses
        form = RoomForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            make_room.enqueue(form.cleaned_data["megabytes"] * MB)
            messages.success(request, _("Room is being made. It takes a moment until the numbers below show it."))
            return redirect(request.path)
        context = {"title": _("Storage"), "report": report(), "form": form, "opts": self.opts}
        return render(
            request, "media/admin_storage.html", {**self.admin_site.each_context(request), **context},
            status=400 if form.errors else 200,
        )  # fmt: skip
