"""Sockets: who may follow what, the hub that delivers, and its protocol."""
