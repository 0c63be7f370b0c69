"""Sign-in over django-allauth, the same for both doors; the mount (see config/mounts.py) tells which one asks."""
