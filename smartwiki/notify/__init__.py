"""Mail: queued in the caller's transaction, sent once, in the recipient's language.

    from smartwiki.notify import Recipient, announce, queue

    queue(Recipient(email=…, language="nl", name=…), "comment_confirm", {"url": path}, key=…)
    announce("project:3", "project_update", {"update": 7}, key="project-update:7")

`queue` writes to one person, and `recall` takes back what has not left yet; `announce` tells
everybody who follows a topic. Notify knows no other app: each registers in `AppConfig.ready` what
can be followed (`following.register_followable`), what can happen to it
(`announcing.register_event`) and what belongs in a person's digest (`digests.register_digest`). See
docs/mail.md.
"""

from smartwiki.notify.announcing import announce
from smartwiki.notify.queueing import Recipient, have_left, queue, recall

__all__ = ["Recipient", "announce", "have_left", "queue", "recall"]
