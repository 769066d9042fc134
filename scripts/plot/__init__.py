"""The figures of a report, one a file: each has NAME, CAPTION and draw(results)."""
