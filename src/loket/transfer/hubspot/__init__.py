"""HubSpot's CSV exports of companies, contacts and tickets (I3): reading, headings, values, records, report."""
