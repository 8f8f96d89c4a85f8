"""What workers do for the projects at a time that was set."""

from django_tasks import task

from projects.following import tell_of_call
from projects.models import Call


@task
def call_opens(number: int) -> bool:
    """Announce a call, if it is still to be opened now; return whether it is news."""
    call = Call.objects.of_published_projects().filter(pk=number).first()
    return call is not None and call.is_open() and tell_of_call(call)
