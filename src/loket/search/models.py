"""What can be found. The index itself is the database's own, kept by it from ``words`` (see the migrations)."""

from django.db import models


class Document(models.Model):
    """The searchable text of one record.

    ``text`` is shown in snippets; ``words`` is what is searched: folded words, their short beginnings and tokens, each
    once, between spaces.
    """

    kind = models.CharField(max_length=30)
    record_id = models.PositiveBigIntegerField()
    text = models.TextField()
    words = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "record_id"], name="document_of_record")]

    def __str__(self):
        return f"{self.kind} {self.record_id}"
