"""What a city is: pack schema and loader, people and roles, places, calendar, privacy. No model, no HTTP."""
