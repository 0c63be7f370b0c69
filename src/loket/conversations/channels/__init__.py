"""Channels: one package for each wire format by which words come into an inbox. They call intake, nothing calls them."""
