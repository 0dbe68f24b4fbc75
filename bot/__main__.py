"""`python -m bot` is the same as `xiaoban`."""

import sys

from bot.cli import main

sys.exit(main())
