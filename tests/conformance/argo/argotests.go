package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// testSets are the manifests that stand as texts in the tests of Argo's validator, and those of its lint's end-to-end tests.
// What the tests expect of them is not read: both yardsticks are asked anew.
func testSets(module string) ([]set, error) {
	var sets []set
	sources, err := filepath.Glob(filepath.Join(module, "workflow/validate/*_test.go"))
	if err != nil {
		return nil, err
	}
	for _, source := range sources {
		found, err := texts(source)
		if err != nil {
			return nil, err
		}
		sets = append(sets, found...)
	}
	files, err := manifestsBelow(filepath.Join(module, "test/e2e/lintfail"))
	if err != nil {
		return nil, err
	}
	for _, found := range files {
		sets = append(sets, set{"lintfail/" + filepath.Base(found.name), []file{found}})
	}
	if len(sets) == 0 {
		return nil, fmt.Errorf("no manifests in the tests of %s", module)
	}
	return sets, nil
}

// texts are the string literals of a Go file that hold a manifest of Argo's.
func texts(path string) ([]set, error) {
	source, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	files := token.NewFileSet()
	parsed, err := parser.ParseFile(files, path, source, 0)
	if err != nil {
		return nil, err
	}
	var sets []set
	ast.Inspect(parsed, func(node ast.Node) bool {
		literal, is := node.(*ast.BasicLit)
		if !is || literal.Kind != token.STRING {
			return true
		}
		text, err := strconv.Unquote(literal.Value)
		if err == nil && strings.Contains(text, "apiVersion: argoproj.io/") {
			name := fmt.Sprintf("%s:%d", filepath.Base(path), files.Position(literal.Pos()).Line)
			sets = append(sets, set{name, []file{{"manifest.yaml", []byte(text)}}})
		}
		return true
	})
	return sets, nil
}
