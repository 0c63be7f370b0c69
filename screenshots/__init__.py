"""Pictures of every page of the demo, and what is wrong with it: ``bin/screenshots``.

Read ``pages`` (which pages) and ``__main__`` (one run).
"""
