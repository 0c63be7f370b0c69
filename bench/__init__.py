"""What pages cost, as CPU time and as a ratio to a constant page of the same server behind the same middleware.

``site`` makes a site with sown data and serves it as in production; ``trips`` lists what is measured; ``measure``
measures; ``table`` writes it down. Latency depends on the machine and on what else it does; the ratios hardly do.
"""
