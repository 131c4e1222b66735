// Command argo holds gapit-compile against the two yardsticks that it names: Argo's own validator and the full CRDs.
//
// It reads what the project emits, the examples and the tests of Argo's own module, and mutants of both; asks all three of
// each; prints the table of agreement; and fails where a manifest that either yardstick refuses passes `gapit-compile lint`,
// or where lint refuses what both take for a reason that is not a documented extra.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

// module is Argo's, at the version that go.mod pins.
const module = "github.com/argoproj/argo-workflows/v4"

func main() {
	program := flag.String("program", "target/debug/gapit-compile", "the gapit-compile to hold against Argo")
	repository := flag.String("repository", ".", "where the project's files are")
	moduleDirectory := flag.String("module", "", "where Argo's module is (default: as `go list -m` says)")
	table := flag.String("table", "", "the table of agreement as it is committed, to be compared with this run's")
	write := flag.Bool("write", false, "write the table instead of comparing it")
	verbose := flag.Bool("v", false, "show every manifest on which the three do not agree")
	flag.Parse()
	if err := run(*program, *repository, *moduleDirectory, *table, *write, *verbose); err != nil {
		fmt.Fprintln(os.Stderr, "conformance:", err)
		os.Exit(1)
	}
}

func run(program, repository, directory, table string, write, verbose bool) error {
	if directory == "" {
		found, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", module).Output()
		if err != nil {
			return fmt.Errorf("go list: %w", err)
		}
		directory = strings.TrimSpace(string(found))
	}
	api, err := readCRDs(directory)
	if err != nil {
		return err
	}
	corpora, err := gather(repository, directory)
	if err != nil {
		return err
	}
	agreement, err := compare(corpora, api, ours{program})
	if err != nil {
		return err
	}
	text := agreement.table()
	fmt.Print(text)
	fmt.Print(agreement.disagreements(verbose))
	if table != "" && write {
		if err := os.WriteFile(table, []byte(text), 0o644); err != nil {
			return err
		}
	} else if table != "" {
		committed, err := os.ReadFile(table)
		if err != nil {
			return err
		}
		if verdictsOf(string(committed)) != verdictsOf(text) {
			return fmt.Errorf("%s is not what this run found: write it anew with -write, and read the difference", table)
		}
		if string(committed) != text {
			fmt.Printf("\n%s counts the manifests of an earlier run: -write brings it up to date\n", table)
		}
	}
	return agreement.verdict()
}

// verdictsOf is a table without how many manifests there were: those change with every example, and say nothing of the agreement. Which
// kinds of manifests were judged stays, with what was missed of each, and for what reasons lint alone refuses.
func verdictsOf(table string) string {
	lines := strings.Split(table, "\n")
	for at, line := range lines {
		cells := strings.Split(line, "|")
		// A row begins and ends with a bar; the last cell of the first table is what was missed.
		for cell := 2; cell < len(cells)-2; cell++ {
			if strings.Trim(cells[cell], " 0123456789") == "" {
				cells[cell] = " "
			}
		}
		lines[at] = strings.Join(cells, "|")
	}
	return strings.Join(lines, "\n")
}
