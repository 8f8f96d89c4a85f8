"""`make bench`: measure, and print each figure beside what we aim at."""

from bench import front, history, projects, reading, search

SECTIONS = {
    "Reading (ratio of requests a second)": reading.table,
    "Projects (ratio of requests a second)": projects.table,
    "Search": search.table,
    "On a phone": front.table,
}


def main() -> None:
    ratios = {}
    for title, table in SECTIONS.items():
        print(f"\n{title}", flush=True)
        for figure, aim, measured in table():
            print(f"  {figure:44} {aim:>10}  {measured}", flush=True)
            ratio = history.ratio_in(measured)
            if ratio is not None:
                ratios[f"{title.split()[0].lower()}: {figure}"] = ratio
    fallen = history.fallen(history.committed(), ratios)
    print("\nMore than 15 % slower than in the last committed run:" if fallen else "")
    for each in fallen:
        print(f"  {each}")
    history.keep(ratios)


if __name__ == "__main__":
    main()
