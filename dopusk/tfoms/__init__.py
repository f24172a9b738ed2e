"""ТФОМС: packages of account registers, their checks, protocols and decisions."""
