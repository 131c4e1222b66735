package main

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"path/filepath"
	"sort"
	"strings"

	"sigs.k8s.io/yaml"
)

// mutantsPerSeed bounds how many mutants of one document are judged: enough that all seeds together give some thousand.
const mutantsPerSeed = 12

// seedLines is how long a document may be to be mutated: in a long one most mutants are alike.
const seedLines = 400

// mutants are what one small mistake makes of valid documents: a member dropped, renamed, retyped or misspelt, a reference led
// to something else. Which of all possible ones are taken depends on their names alone, so every run judges the same.
func mutants(seeds []set) []set {
	var all []set
	for _, seed := range seeds {
		for index, found := range seed.files {
			document := map[string]any{}
			texts := documents(string(found.text))
			if len(texts) != 1 || strings.Count(texts[0], "\n") > seedLines || yaml.Unmarshal([]byte(texts[0]), &document) != nil {
				continue
			}
			if kind, _ := document["kind"].(string); kinds[kind] && !isKnown(found) {
				all = append(all, mutantsOf(seed, index, document)...)
			}
		}
	}
	return all
}

// mutantsOf are the mutants of one document of a set; the others stay as they are.
func mutantsOf(seed set, index int, document map[string]any) []set {
	name := seed.name
	if len(seed.files) > 1 {
		name += " " + filepath.Base(seed.files[index].name)
	}
	var changes []change
	collect(document, nil, stringsBy(document), &changes)
	for at := range changes {
		changes[at].order = order(name + changes[at].name)
	}
	sort.Slice(changes, func(a, b int) bool { return changes[a].order < changes[b].order })
	if len(changes) > mutantsPerSeed {
		changes = changes[:mutantsPerSeed]
	}
	var sets []set
	for _, change := range changes {
		mutant := copied(document)
		change.apply(mutant)
		text, err := yaml.Marshal(mutant)
		if err != nil {
			continue
		}
		files := append([]file{}, seed.files...)
		files[index] = file{"mutant.yaml", text}
		sets = append(sets, set{name + ": " + change.name, files})
	}
	return sets
}

// change is one mistake.
type change struct {
	name  string
	order uint64
	apply func(document map[string]any)
}

func collect(value any, path []string, known map[string][]string, changes *[]change) {
	switch typed := value.(type) {
	case map[string]any:
		for _, key := range sorted(typed) {
			here := append(append([]string{}, path...), key)
			if len(path) == 0 && (key == "apiVersion" || key == "kind") {
				continue
			}
			member(typed[key], here, known, changes)
			collect(typed[key], here, known, changes)
		}
	case []any:
		for index, item := range typed {
			here := append(append([]string{}, path...), fmt.Sprint(index))
			add(changes, "drop", here, func(_ any) (any, bool) { return nil, false })
			add(changes, "twice", here, nil)
			collect(item, here, known, changes)
		}
	}
}

// member are the mistakes that one member of a map can be.
func member(value any, path []string, known map[string][]string, changes *[]change) {
	add(changes, "drop", path, func(any) (any, bool) { return nil, false })
	add(changes, "rename", path, nil)
	retyped := map[bool]any{true: map[string]any{"a": "b"}, false: "text"}
	_, isText := value.(string)
	add(changes, "retype", path, func(any) (any, bool) { return retyped[isText], true })
	switch typed := value.(type) {
	case string:
		add(changes, "number", path, func(any) (any, bool) { return 7, true })
		add(changes, "empty", path, func(any) (any, bool) { return "", true })
		add(changes, "misspell", path, func(any) (any, bool) { return misspelt(typed), true })
		for _, other := range known[path[len(path)-1]] {
			if other != typed {
				add(changes, "cross-wire to "+other, path, func(any) (any, bool) { return other, true })
				break
			}
		}
	case float64:
		add(changes, "negative", path, func(any) (any, bool) { return -typed - 1, true })
		add(changes, "fraction", path, func(any) (any, bool) { return typed + 0.5, true })
	}
}

// add adds a mistake at a path; without a new value the mistake is in the key or in how often an item stands.
func add(changes *[]change, what string, path []string, value func(any) (any, bool)) {
	*changes = append(*changes, change{
		name: what + " /" + strings.Join(path, "/"),
		apply: func(document map[string]any) {
			edit(document, path, func(holder any, key string) any { return edited(holder, key, what, value) })
		},
	})
}

// edit replaces what holds the end of a path by what the function makes of it.
func edit(value any, path []string, change func(any, string) any) any {
	if len(path) == 1 {
		return change(value, path[0])
	}
	switch typed := value.(type) {
	case map[string]any:
		typed[path[0]] = edit(typed[path[0]], path[1:], change)
	case []any:
		index := position(path[0])
		typed[index] = edit(typed[index], path[1:], change)
	}
	return value
}

func edited(holder any, key, what string, value func(any) (any, bool)) any {
	switch typed := holder.(type) {
	case map[string]any:
		if value == nil {
			typed[misspelt(key)] = typed[key]
			delete(typed, key)
		} else if made, keep := value(typed[key]); keep {
			typed[key] = made
		} else {
			delete(typed, key)
		}
		return typed
	case []any:
		index := position(key)
		if what == "twice" {
			return append(append([]any{}, typed...), typed[index])
		}
		return append(append([]any{}, typed[:index]...), typed[index+1:]...)
	}
	return holder
}

func position(key string) int {
	index := 0
	// Every step into a list was printed from its index.
	_, _ = fmt.Sscan(key, &index)
	return index
}

// misspelt swaps the last two letters, or adds one where that changes nothing.
func misspelt(word string) string {
	if length := len(word); length > 1 && word[length-1] != word[length-2] {
		return word[:length-2] + word[length-1:] + word[length-2:length-1]
	}
	return word + "x"
}

// stringsBy are the texts of a document by the key that they stand under.
func stringsBy(value any) map[string][]string {
	found := map[string][]string{}
	var visit func(any)
	visit = func(value any) {
		switch typed := value.(type) {
		case map[string]any:
			for _, key := range sorted(typed) {
				if text, is := typed[key].(string); is {
					found[key] = append(found[key], text)
				}
				visit(typed[key])
			}
		case []any:
			for _, item := range typed {
				visit(item)
			}
		}
	}
	visit(value)
	return found
}

func order(name string) uint64 {
	hash := fnv.New64a()
	_, _ = hash.Write([]byte(name))
	return hash.Sum64()
}

func copied(document map[string]any) map[string]any {
	made := map[string]any{}
	text, err := json.Marshal(document)
	if err == nil {
		err = json.Unmarshal(text, &made)
	}
	if err != nil {
		panic(err) // a document that was read from YAML is JSON
	}
	return made
}
