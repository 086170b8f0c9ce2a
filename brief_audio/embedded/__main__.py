"""The keeper's door: run by its path, so that it needs neither an installed package nor a certain folder."""

import sys
from pathlib import Path

if __name__ == "__main__":
    sys.path[0] = str(Path(__file__).resolve().parents[2])
    from brief_audio.embedded.keeper import main

    main(sys.argv[1:])
