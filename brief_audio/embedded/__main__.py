"""Entry point of the keeper. It is run by path, so it works from any folder and without an installed package."""

import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[2])
    from brief_audio.embedded.keeper import main

    main(sys.argv[1:])
