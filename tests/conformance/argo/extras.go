package main

// extras are the codes by which lint refuses what both yardsticks take, each with what it dies of at run time. A code that is
// not here has to agree with a yardstick.
var extras = map[string]string{
	"lint::request-above-limit": "the API server takes the object and refuses the pod: a request is above its limit",
	"verify::duration":          "a duration is read when it is first waited for: one that is none ends the node in Error",
	"verify::expression":        "an expression is compiled only when it is asked: the node ends in Error (`invalid char escape`, `unexpected token`), and a retry with it never comes",
	"verify::memoize":           "a cache without the name of a ConfigMap, or a key that is no ConfigMap key: `invalid cache key` when the template begins",
	"verify::name":              "the API server refuses the pod: the name of its template is part of it, and may not have upper-case letters or `_`",
	"verify::pod-spec-patch":    "the patch is merged when the pod is made: `Error unmarshalling podSpecPatch`, and no pod",
	"verify::reference":         "a hook without a template, or with one that does not exist: looked up when the hook runs, so that the node or the Workflow ends in Error",
	"verify::retry":             "the numbers of a retryStrategy are read when the first attempt ends: without a duration, or with a limit that is no number, the node ends in Error",
	"verify::synchronization":   "the lock is looked up when the Workflow or the template begins: without a name there is none, and it ends in Error",
	"verify::variable":          "nothing fills the variable in: its text reaches the container",
	"verify::volume":            "the pod mounts a volume that its Workflow does not have: `volume 'x' not found in workflow spec`",
}
