"""What became of each message, for administrators; with what to do about those that failed."""

from __future__ import annotations

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from smartwiki.audit.admin import AuditedAdmin
from smartwiki.notify import delivery
from smartwiki.notify.models import Message


@admin.register(Message)
class MessageAdmin(AuditedAdmin):
    """Messages: to be looked at, tried again, and settled; never made or changed by hand."""

    list_display = ["created_at", "kind", "email", "state", "attempts", "next_try_at", "last_error"]
    list_filter = ["state", "kind", "language"]
    search_fields = ["email", "key"]
    ordering = ["-pk"]
    actions = ["send_again", "it_arrived"]
    readonly_fields = (
        *("kind", "email", "name", "language", "state", "attempts", "next_try_at"),
        *("last_error", "created_at", "sent_at"),
    )
    fields = readonly_fields

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Message | None = None) -> bool:
        return False

    @admin.action(description=_("Try again to send the messages that failed or are in doubt"))
    def send_again(self, request: HttpRequest, chosen: QuerySet[Message]) -> None:
        number = sum(delivery.try_again(message) for message in chosen)
        done = ngettext("{number} message is queued.", "{number} messages are queued.", number)
        self.message_user(request, done.format(number=number), messages.SUCCESS)

    @admin.action(description=_("Note that the messages in doubt did arrive"))
    def it_arrived(self, request: HttpRequest, chosen: QuerySet[Message]) -> None:
        number = sum(delivery.settle(message) for message in chosen)
        done = ngettext("{number} message is settled.", "{number} messages are settled.", number)
        self.message_user(request, done.format(number=number), messages.SUCCESS)
