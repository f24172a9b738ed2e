"""What a МИС does over time: retries, results handled, statuses shown."""
