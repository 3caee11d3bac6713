"""The places where files are kept: a folder of this machine, a bucket that speaks S3, or a move between two of them."""
