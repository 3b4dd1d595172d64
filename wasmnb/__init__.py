"""wasmnb: a Jupyter notebook whose kernel runs in the reader's browser."""
