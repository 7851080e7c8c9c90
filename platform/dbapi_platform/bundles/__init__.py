"""Bundles: definitions as files, to be kept in git and taken from one installation to another."""
