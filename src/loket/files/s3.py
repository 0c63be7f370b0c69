"""Files in an S3 bucket (``STORAGE_URL``): private, and streamed both ways. Needs the extra ``s3``.

A download goes through Loket and not by a signed link: a link would work for whoever has it, also after sign-out, until it
ends (trap 25), and our own headers would not hold for it.
"""

from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import ClientError
from django.core.files.base import File
from storages.backends.s3 import S3Storage as BucketStorage

PATIENCE = Config(
    connect_timeout=5, read_timeout=30, retries={"total_max_attempts": 3, "mode": "standard"}, signature_version="s3v4",
    s3={"addressing_style": "path"}, max_pool_connections=32,
    # Older and other makers' stores do not know the checksums that Amazon's asks for since 2025.
    request_checksum_calculation="when_required", response_checksum_validation="when_required",
)  # fmt: skip
# The library's own would hold ten parts of a file in memory at once.
FEW_PARTS = TransferConfig(max_concurrency=2)
FEW_PARTS.max_in_memory_upload_chunks = 2


class S3Storage(BucketStorage):
    """A bucket whose objects nobody reads but through us. Keys are random, so nothing is ever overwritten by chance."""

    def get_default_settings(self):
        """django-storages' own, made strict."""
        ours = {"default_acl": None, "querystring_auth": True, "querystring_expire": 60, "file_overwrite": True}
        return super().get_default_settings() | ours | {"client_config": PATIENCE, "transfer_config": FEW_PARTS}

    def _open(self, name, mode="rb"):
        """A stream: the library's own file would first fetch all of it. Raises FileNotFoundError."""
        key = self._normalize_name(name)
        try:
            answer = self.connection.meta.client.get_object(Bucket=self.bucket_name, Key=key)
        except ClientError as error:
            if error.response["Error"]["Code"] in ("NoSuchKey", "404"):
                raise FileNotFoundError(name) from error
            raise
        return Download(answer["Body"], name, answer["ContentLength"])


class Download(File):
    """Bytes on their way, readable once from the beginning on. ``size`` is what the store stated."""

    def __init__(self, body, name, size):
        super().__init__(body, name)
        self.size = size

    def seekable(self):
        return False

    def chunks(self, chunk_size=None):
        """As a Django File, without going back to the beginning first."""
        while piece := self.file.read(chunk_size or self.DEFAULT_CHUNK_SIZE):
            yield piece
