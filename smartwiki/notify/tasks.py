"""What the workers do (`manage.py db_worker`); the rows say whether it is still to be done."""

from django_tasks import task

from smartwiki.notify import announcing, delivery


@task
def deliver_message(number: int) -> str:
    """Send a message, and return what became of it."""
    return delivery.deliver(number)


@task
def tell_followers(number: int) -> int:
    """Queue a message to each follower of what was announced, and return how many are new."""
    return announcing.tell_followers(number)
