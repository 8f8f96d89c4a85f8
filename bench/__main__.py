"""`make bench`: measure, and print each figure beside what we aim at."""

from bench import projects, reading, search

SECTIONS = {
    "Reading (ratio of requests a second)": reading.table,
    "Projects (ratio of requests a second)": projects.table,
    "Search": search.table,
}


def main() -> None:
    for title, table in SECTIONS.items():
        print(f"\n{title}", flush=True)
        for figure, aim, measured in table():
            print(f"  {figure:44} {aim:>10}  {measured}", flush=True)


if __name__ == "__main__":
    main()
