"""Lets the tests import the stack from this folder."""
