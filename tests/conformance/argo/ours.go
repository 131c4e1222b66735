package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
)

// ours is `gapit-compile lint`.
type ours struct{ program string }

// argoVersion is the version whose facts are asked: that of the module which go.mod pins.
const argoVersion = "4.0"

// refuses lists the codes of what the program calls an error in a set; none where it takes the set.
func (o ours) refuses(one set) ([]string, error) {
	directory, err := os.MkdirTemp("", "conformance")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(directory)
	for index, found := range one.files {
		name := fmt.Sprintf("%03d-%s", index, filepath.Base(found.name))
		if err := os.WriteFile(filepath.Join(directory, name), found.text, 0o600); err != nil {
			return nil, err
		}
	}
	command := exec.Command(o.program, "lint", "--argo", argoVersion, "--fail-on", "error", "--format", "json", directory)
	printed, err := command.Output()
	exit := &exec.ExitError{}
	switch {
	case err == nil:
		return nil, nil
	case errors.As(err, &exit) && (exit.ExitCode() == 1 || exit.ExitCode() == 3):
		return codes(printed, exit.ExitCode())
	case errors.As(err, &exit):
		return nil, fmt.Errorf("%s: lint ends with %d: %s", one.name, exit.ExitCode(), exit.Stderr)
	}
	return nil, err
}

// codes are those of the errors in the printed report, each once.
func codes(printed []byte, exit int) ([]string, error) {
	report := struct {
		Findings []struct {
			Code  string `json:"code"`
			Level string `json:"level"`
		} `json:"findings"`
	}{}
	if err := json.Unmarshal(printed, &report); err != nil {
		return nil, fmt.Errorf("lint --format json: %w", err)
	}
	once := map[string]bool{}
	for _, finding := range report.Findings {
		if finding.Level == "error" {
			once[finding.Code] = true
		}
	}
	if len(once) == 0 {
		return nil, fmt.Errorf("lint ends with %d and names no error", exit)
	}
	found := make([]string, 0, len(once))
	for code := range once {
		found = append(found, code)
	}
	sort.Strings(found)
	return found, nil
}
