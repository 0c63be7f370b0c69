"""Backups: one file with the database, the stored files, the made secret, and a manifest that vouches for each of them."""
