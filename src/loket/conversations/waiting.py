"""Whether a ticket waits for us: whoever spoke last decides, whichever way the words came or went."""

from loket.conversations.models import Message, said


def on_said(message, **kwargs):
    if not isinstance(message, Message) or not message.thread.ticket_id:
        return  # a comment answers nobody
    if message.is_incoming:
        message.thread.ticket.wait(message.created_at)
    else:
        message.thread.ticket.stop_waiting()


def listen():
    """Hear what customers and agents say."""
    said.connect(on_said, dispatch_uid="waiting")
