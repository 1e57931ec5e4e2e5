"""Tests of the pieces that read a mail, one file for each."""
