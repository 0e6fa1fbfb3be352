"""From a query to ranked, cited passages."""
