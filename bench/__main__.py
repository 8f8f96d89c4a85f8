"""`make bench`: measure, and print each figure beside what we aim at.

`python -m bench chaos --kills 20` kills server and worker under people, see `bench.chaos`;
`python -m bench scale` asks with ever more readers at once, see `bench.scale`;
`python -m bench growth` makes sites of several sizes and asks for every page, see `bench.growth`;
`python -m bench away` stops PostgreSQL under its readers, see `bench.away`;
`python -m bench pinned` keeps a process to one processor, see `bench.pinned`;
`python -m bench desk` fills the moderators' queue, see `bench.desk`.
"""

import sys

from bench import (
    away,
    chaos,
    desk,
    front,
    growth,
    history,
    pinned,
    projects,
    reading,
    scale,
    search,
    writing,
)

SECTIONS = {
    "Reading (ratio of requests a second)": reading.table,
    "Projects (ratio of requests a second)": projects.table,
    "Writing": writing.table,
    "Search": search.table,
    "On a phone": front.table,
}


def main() -> None:
    ratios = {}
    reading.prepare()
    for title, table in SECTIONS.items():
        print(f"\n{title}", flush=True)
        for figure, aim, measured in table():
            print(f"  {figure:58} {aim:>10}  {measured}", flush=True)
            ratio = history.ratio_in(measured)
            if ratio is not None:
                ratios[f"{title.split()[0].lower()}: {figure}"] = ratio
    fallen = history.fallen(history.committed(), ratios)
    print("\nMore than 15 % slower than in the last committed run:" if fallen else "")
    for each in fallen:
        print(f"  {each}")
    history.keep(ratios)


if __name__ == "__main__":
    if sys.argv[1:2] == ["chaos"]:
        chaos.main(sys.argv[2:])
    elif sys.argv[1:2] == ["scale"]:
        scale.main(sys.argv[2:])
    elif sys.argv[1:2] == ["away"]:
        away.main(sys.argv[2:])
    elif sys.argv[1:2] == ["growth"]:
        growth.main(sys.argv[2:])
    elif sys.argv[1:2] == ["pinned"]:
        pinned.main()
    elif sys.argv[1:2] == ["desk"]:
        desk.main()
    else:
        main()
