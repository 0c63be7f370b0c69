def fetch_due():
    return 0
