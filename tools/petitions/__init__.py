"""What citizens ask for: learnt triage, duplicates, clusters and hot topics."""
