"""`make bench`: measure, and print each figure beside what we aim at."""

from bench import projects, reading

SECTIONS = {
    "Reading (ratio of requests a second)": reading.table,
    "Projects (ratio of requests a second)": projects.table,
}


def main() -> None:
    for title, table in SECTIONS.items():
        print(f"\n{title}")
        for figure, aim, measured in table():
            print(f"  {figure:36} {aim:>8}  {measured}")


if __name__ == "__main__":
    main()
