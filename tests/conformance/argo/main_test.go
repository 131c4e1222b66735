package main

import (
	"strings"
	"testing"
)

const table = `| manifests | sets | all three take | only lint refuses | missed |
|---|---|---|---|---|
| mutants | 10 | 7 | 3 | 0 |

| code | sets | why |
|---|---|---|
| ` + "`verify::volume`" + ` | 3 | the pod mounts a volume that is not there |
`

func TestCountsOfManifestsDoNotMatter(t *testing.T) {
	more := strings.NewReplacer("| 10 | 7 |", "| 11 | 8 |", "` | 3 |", "` | 4 |").Replace(table)
	if more == table || verdictsOf(more) != verdictsOf(table) {
		t.Error("a manifest more is another verdict")
	}
}

func TestWhatWasMissedMatters(t *testing.T) {
	if verdictsOf(strings.Replace(table, "| 0 |", "| 1 |", 1)) == verdictsOf(table) {
		t.Error("a manifest that was missed is not seen")
	}
}

func TestReasonsMatter(t *testing.T) {
	if verdictsOf(strings.Replace(table, "verify::volume", "verify::name", 1)) == verdictsOf(table) {
		t.Error("another reason is not seen")
	}
}
