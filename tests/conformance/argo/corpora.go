package main

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"sigs.k8s.io/yaml"
)

// set is what is judged together: files whose documents may refer to each other.
type set struct {
	name  string
	files []file
}

type file struct {
	name string
	text []byte
}

// corpus is a row of the table.
type corpus struct {
	name string
	// ours: every set has to be taken by all three
	ours bool
	// valid: lint may refuse nothing that both yardsticks take, not even for a documented reason
	valid bool
	sets  []set
}

// gather finds every set: what the project emits, Argo's examples, what Argo's own tests refuse and take, and mutants.
func gather(repository, module string) ([]corpus, error) {
	emitted, err := emittedSets(repository)
	if err != nil {
		return nil, err
	}
	examples, err := exampleSets(filepath.Join(module, "examples"))
	if err != nil {
		return nil, err
	}
	tests, err := testSets(module)
	if err != nil {
		return nil, err
	}
	seeds := append(append([]set{}, emitted...), examples...)
	return []corpus{
		{"what gapit-compile emits", true, true, emitted},
		{"Argo's examples", false, true, examples},
		{"manifests of Argo's tests", false, false, tests},
		{"mutants", false, false, mutants(seeds)},
	}, nil
}

// emittedSets are the folders of manifests below the examples and the test cases, each with the templates that its Workflow
// refers to and that exist on the cluster only: as its own snapshots stored them, else as those of another case did.
func emittedSets(repository string) ([]set, error) {
	var sets []set
	for _, root := range []string{"examples", "tests/cases"} {
		files, err := manifestsBelow(filepath.Join(repository, root))
		if err != nil {
			return nil, err
		}
		everywhere := map[string]any{}
		pools := map[string]map[string]any{}
		folders := map[string][]file{}
		for _, found := range files {
			below, err := filepath.Rel(filepath.Join(repository, root), found.name)
			if err != nil {
				return nil, err
			}
			folder := filepath.Join(root, filepath.Dir(below))
			home := strings.Split(filepath.ToSlash(below), "/")[0]
			if pools[home] == nil {
				pools[home] = map[string]any{}
			}
			if strings.HasPrefix(string(found.text), "# written by gapit-compile") {
				folders[folder] = append(folders[folder], found)
				continue
			}
			addTemplates(pools[home], found.text)
			addTemplates(everywhere, found.text)
		}
		for _, folder := range sorted(folders) {
			home := strings.Split(filepath.ToSlash(strings.TrimPrefix(folder, root+"/")), "/")[0]
			sets = append(sets, completed(completed(set{folder, folders[folder]}, pools[home]), everywhere))
		}
	}
	if len(sets) == 0 {
		return nil, fmt.Errorf("no emitted manifests below %s", repository)
	}
	return sets, nil
}

// exampleSets are Argo's examples, each file with the templates of the others that it refers to.
func exampleSets(directory string) ([]set, error) {
	files, err := manifestsBelow(directory)
	if err != nil {
		return nil, err
	}
	pool := map[string]any{}
	for _, found := range files {
		addTemplates(pool, found.text)
	}
	var sets []set
	for _, found := range files {
		if !strings.Contains(string(found.text), "argoproj.io/") {
			continue
		}
		name, err := filepath.Rel(directory, found.name)
		if err != nil {
			return nil, err
		}
		sets = append(sets, completed(set{"examples/" + name, []file{found}}, pool))
	}
	return sets, nil
}

func manifestsBelow(directory string) ([]file, error) {
	var found []file
	err := filepath.WalkDir(directory, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		switch filepath.Ext(path) {
		case ".yaml", ".yml", ".json":
		default:
			return nil
		}
		text, err := os.ReadFile(path)
		found = append(found, file{path, text})
		return err
	})
	return found, err
}

// knownPrefix marks the files that a set was completed with.
const knownPrefix = "known-"

func isKnown(found file) bool { return strings.HasPrefix(found.name, knownPrefix) }

// completed is the set with the templates of the pool that it refers to and lacks, and those that these refer to. They take
// the namespace of the set, because a templateRef never leaves its namespace.
func completed(one set, pool map[string]any) set {
	has := map[string]any{}
	namespace := ""
	for _, found := range one.files {
		addTemplates(has, found.text)
		for _, text := range documents(string(found.text)) {
			document := map[string]any{}
			if yaml.Unmarshal([]byte(text), &document) == nil && namespace == "" {
				metadata, _ := document["metadata"].(map[string]any)
				namespace, _ = metadata["namespace"].(string)
			}
		}
	}
	wanted := []any{}
	for _, found := range one.files {
		for _, text := range documents(string(found.text)) {
			document := map[string]any{}
			if yaml.Unmarshal([]byte(text), &document) == nil {
				wanted = append(wanted, document)
			}
		}
	}
	for len(wanted) > 0 {
		next := wanted[0]
		wanted = wanted[1:]
		for _, name := range referred(next) {
			missing, known := pool[name]
			if _, present := has[name]; present || !known {
				continue
			}
			has[name] = missing
			text, err := yaml.Marshal(placed(missing, namespace))
			if err == nil {
				one.files = append(one.files, file{knownPrefix + strings.ReplaceAll(name, "/", "-") + ".yaml", text})
			}
			wanted = append(wanted, missing)
		}
	}
	return one
}

// referred are the templates that a document names, as `kind/name`.
func referred(value any) []string {
	var names []string
	switch typed := value.(type) {
	case map[string]any:
		for _, key := range sorted(typed) {
			inner, is := typed[key].(map[string]any)
			if is && (key == "templateRef" || key == "workflowTemplateRef") {
				kind := "WorkflowTemplate"
				if scope, _ := inner["clusterScope"].(bool); scope {
					kind = "ClusterWorkflowTemplate"
				}
				name, _ := inner["name"].(string)
				names = append(names, kind+"/"+name)
			}
			names = append(names, referred(typed[key])...)
		}
	case []any:
		for _, item := range typed {
			names = append(names, referred(item)...)
		}
	}
	return names
}

func placed(document any, namespace string) any {
	text, err := json.Marshal(document)
	if err != nil {
		return document
	}
	copied := map[string]any{}
	if json.Unmarshal(text, &copied) != nil {
		return document
	}
	metadata, _ := copied["metadata"].(map[string]any)
	delete(metadata, "namespace")
	if namespace != "" && copied["kind"] == "WorkflowTemplate" {
		metadata["namespace"] = namespace
	}
	return copied
}

// addTemplates adds the WorkflowTemplates and ClusterWorkflowTemplates of a file, be it a YAML stream or a snapshot.
func addTemplates(pool map[string]any, stream []byte) {
	if json.Valid(stream) {
		addStored(pool, stream)
	}
	for _, text := range documents(string(stream)) {
		document := map[string]any{}
		if yaml.Unmarshal([]byte(text), &document) != nil {
			continue
		}
		kind, _ := document["kind"].(string)
		metadata, _ := document["metadata"].(map[string]any)
		name, _ := metadata["name"].(string)
		if _, taken := pool[kind+"/"+name]; !taken && strings.HasSuffix(kind, "WorkflowTemplate") {
			pool[kind+"/"+name] = document
		}
	}
}

// addStored adds the templates that a snapshot stored, each object with all of its templates that ran.
func addStored(pool map[string]any, snapshot []byte) {
	workflow := struct {
		Status struct {
			StoredTemplates map[string]map[string]any `json:"storedTemplates"`
		} `json:"status"`
	}{}
	if json.Unmarshal(snapshot, &workflow) != nil {
		return
	}
	for _, key := range sorted(workflow.Status.StoredTemplates) {
		part := strings.Split(key, "/")
		kind, known := map[string]string{"namespaced": "WorkflowTemplate", "cluster": "ClusterWorkflowTemplate"}[part[0]]
		if len(part) != 3 || !known {
			continue
		}
		name := kind + "/" + part[1]
		holder, known := pool[name].(map[string]any)
		if !known {
			holder = map[string]any{
				"apiVersion": "argoproj.io/v1alpha1", "kind": kind,
				"metadata": map[string]any{"name": part[1]}, "spec": map[string]any{"templates": []any{}},
			}
			pool[name] = holder
		}
		spec, _ := holder["spec"].(map[string]any)
		templates, _ := spec["templates"].([]any)
		if !named(templates, part[2]) {
			spec["templates"] = append(templates, workflow.Status.StoredTemplates[key])
		}
	}
}

func named(templates []any, name string) bool {
	for _, template := range templates {
		if members, is := template.(map[string]any); is && members["name"] == name {
			return true
		}
	}
	return false
}

func sorted[T any](members map[string]T) []string {
	keys := make([]string, 0, len(members))
	for key := range members {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	return keys
}
