"""Which of a product are affected, as suppliers write it: read, judged and said again in words.

    SN 1000-1499, 1600, all before 2021-03
    Lot A12–A19, B7
    programvara < 4.2.1
    samtliga utom SN 1200-1210

Pure: no rows. What cannot be read is said, never guessed; a device is affected, is not, or cannot
be told with the reason.
"""

from sakerhetsmeddelanden.ranges.judging import Facts, Judgement, Verdict, judge
from sakerhetsmeddelanden.ranges.reading import both, read
from sakerhetsmeddelanden.ranges.shape import Clause, Ranges, from_json

__all__ = (
    "Clause",
    "Facts",
    "Judgement",
    "Ranges",
    "Verdict",
    "both",
    "from_json",
    "judge",
    "read",
)
