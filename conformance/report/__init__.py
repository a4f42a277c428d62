"""From the results file to what people read: HTML, Markdown, and the difference between two runs."""
