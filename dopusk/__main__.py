"""`python -m dopusk` does what the `dopusk` command does."""

from dopusk.cli import main

if __name__ == "__main__":
    main()
