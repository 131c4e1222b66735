package main

import (
	"fmt"
	"runtime"
	"sort"
	"strings"
	"sync"
)

// verdicts are what the three say of a set.
type verdicts struct {
	set       set
	validator string
	api       string
	ours      []string
	failure   error
}

func (v verdicts) yardsticksTake() bool { return v.validator == "" && v.api == "" }

// missed: a yardstick refuses what lint takes.
func (v verdicts) missed() bool { return !v.yardsticksTake() && len(v.ours) == 0 }

// beyond are the codes of a set that both yardsticks take and lint does not.
func (v verdicts) beyond() []string {
	if v.yardsticksTake() {
		return v.ours
	}
	return nil
}

// row is what came of a corpus.
type row struct {
	corpus   corpus
	verdicts []verdicts
}

type agreement []row

func compare(corpora []corpus, api apiServer, ours ours) (agreement, error) {
	var whole agreement
	for _, corpus := range corpora {
		judged := make([]*verdicts, len(corpus.sets))
		var group sync.WaitGroup
		next := make(chan int)
		for range runtime.NumCPU() {
			group.Add(1)
			go func() {
				defer group.Done()
				for index := range next {
					judged[index] = judgeSet(corpus.sets[index], api, ours)
				}
			}()
		}
		for index := range corpus.sets {
			next <- index
		}
		close(next)
		group.Wait()
		one := row{corpus: corpus}
		for _, verdicts := range judged {
			if verdicts == nil {
				continue
			}
			if verdicts.failure != nil {
				return nil, fmt.Errorf("%s: %w", verdicts.set.name, verdicts.failure)
			}
			one.verdicts = append(one.verdicts, *verdicts)
		}
		whole = append(whole, one)
	}
	return whole, nil
}

// judgeSet asks all three; nil where the set has nothing of Argo's in it.
func judgeSet(one set, api apiServer, ours ours) *verdicts {
	refusal, judged := validated(one)
	if !judged {
		return nil
	}
	codes, err := ours.refuses(one)
	return &verdicts{set: one, validator: refusal, api: api.refuses(one), ours: codes, failure: err}
}

// table is the table of agreement, in Markdown.
func (a agreement) table() string {
	var out strings.Builder
	out.WriteString("# Agreement with Argo's validator and the full CRDs\n\n")
	fmt.Fprintf(&out, "Made by `tests/conformance/argo`; Argo %s. Missed has to be 0: what a yardstick refuses and `lint` takes.\n\n", argoVersion)
	out.WriteString("| manifests | sets | all three take | Argo's validator refuses, and lint | only the full CRDs refuse, and lint | only lint refuses | missed |\n")
	out.WriteString("|---|---|---|---|---|---|---|\n")
	for _, row := range a {
		var take, validator, api, extra, missed int
		for _, one := range row.verdicts {
			switch {
			case one.missed():
				missed++
			case len(one.beyond()) > 0:
				extra++
			case one.yardsticksTake():
				take++
			case one.validator != "":
				validator++
			default:
				api++
			}
		}
		fmt.Fprintf(&out, "| %s | %d | %d | %d | %d | %d | %d |\n", row.corpus.name, len(row.verdicts), take, validator, api, extra, missed)
	}
	out.WriteString("\nWhat only lint refuses, by code, each with why a run would die of it:\n\n| code | sets | why |\n|---|---|---|\n")
	counts := a.beyond()
	for _, code := range sorted(counts) {
		fmt.Fprintf(&out, "| `%s` | %d | %s |\n", code, counts[code], extras[code])
	}
	return out.String()
}

func (a agreement) beyond() map[string]int {
	counts := map[string]int{}
	for _, row := range a {
		for _, one := range row.verdicts {
			for _, code := range one.beyond() {
				counts[code]++
			}
		}
	}
	return counts
}

// disagreements are the sets on which the three do not agree: those that have to be mended, or all of them.
func (a agreement) disagreements(all bool) string {
	var lines []string
	for _, row := range a {
		for _, one := range row.verdicts {
			undocumented := false
			for _, code := range one.beyond() {
				undocumented = undocumented || extras[code] == ""
			}
			switch {
			case one.missed():
				lines = append(lines, fmt.Sprintf("missed: %s\n  validator: %s\n  CRDs: %s", one.set.name, one.validator, one.api))
			case row.corpus.ours && !one.yardsticksTake(), row.corpus.valid && len(one.beyond()) > 0:
				lines = append(lines, fmt.Sprintf("refused: %s\n  validator: %s\n  CRDs: %s\n  lint: %s", one.set.name, one.validator, one.api, strings.Join(one.ours, ", ")))
			case undocumented || (all && len(one.beyond()) > 0):
				lines = append(lines, fmt.Sprintf("only lint: %s\n  %s", one.set.name, strings.Join(one.beyond(), ", ")))
			}
		}
	}
	sort.Strings(lines)
	if len(lines) == 0 {
		return ""
	}
	return "\n" + strings.Join(lines, "\n") + "\n"
}

// verdict is an error where something that has to agree does not.
func (a agreement) verdict() error {
	if told := strings.Count(a.disagreements(false), "\n  "); told > 0 {
		return fmt.Errorf("there are disagreements")
	}
	return nil
}
