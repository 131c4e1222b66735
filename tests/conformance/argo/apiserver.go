package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"k8s.io/apiextensions-apiserver/pkg/apis/apiextensions"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	structural "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/defaulting"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/listtype"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/objectmeta"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/pruning"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/validation"
	metavalidation "k8s.io/apimachinery/pkg/api/validation"
	"k8s.io/apimachinery/pkg/util/json"
	"k8s.io/apimachinery/pkg/util/validation/field"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
	"k8s.io/apiserver/pkg/storage/names"
	"sigs.k8s.io/yaml"
)

// apiServer is what an API server with Argo's full CRDs would say to a create request with strict field validation.
type apiServer map[string]resource

type resource struct {
	schema     *structural.Structural
	validator  validation.SchemaValidator
	rules      *cel.Validator
	namespaced bool
}

// kinds are those that are held against the yardsticks; lint leaves others alone.
var kinds = map[string]bool{"Workflow": true, "WorkflowTemplate": true, "ClusterWorkflowTemplate": true, "CronWorkflow": true}

// readCRDs reads the CRDs of Argo's module.
func readCRDs(module string) (apiServer, error) {
	files, err := filepath.Glob(filepath.Join(module, "manifests/base/crds/full/argoproj.io_*.yaml"))
	if err != nil {
		return nil, err
	}
	found := apiServer{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		crd := apiextensionsv1.CustomResourceDefinition{}
		if err := yaml.Unmarshal(text, &crd); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		resource, err := newResource(crd)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		if kinds[crd.Spec.Names.Kind] {
			found[crd.Spec.Names.Kind] = resource
		}
	}
	if len(found) == 0 {
		return nil, fmt.Errorf("no CRDs in %s", module)
	}
	return found, nil
}

func newResource(crd apiextensionsv1.CustomResourceDefinition) (resource, error) {
	internal := apiextensions.JSONSchemaProps{}
	served := crd.Spec.Versions[0].Schema.OpenAPIV3Schema
	if err := apiextensionsv1.Convert_v1_JSONSchemaProps_To_apiextensions_JSONSchemaProps(served, &internal, nil); err != nil {
		return resource{}, err
	}
	schema, err := structural.NewStructural(&internal)
	if err != nil {
		return resource{}, err
	}
	validator, _, err := validation.NewSchemaValidator(&internal)
	if err != nil {
		return resource{}, err
	}
	return resource{
		schema:     schema,
		validator:  validator,
		rules:      cel.NewValidator(schema, true, celconfig.PerCallLimit),
		namespaced: crd.Spec.Scope == apiextensionsv1.NamespaceScoped,
	}, nil
}

// refuses says why a set is refused; empty where it is taken. Documents of other kinds are left alone.
func (a apiServer) refuses(set set) string {
	for _, file := range set.files {
		for _, text := range documents(string(file.text)) {
			if refusal := a.refusesDocument(text); refusal != "" {
				return refusal
			}
		}
	}
	return ""
}

func (a apiServer) refusesDocument(text string) string {
	asJSON, err := yaml.YAMLToJSONStrict([]byte(text))
	if err != nil {
		return err.Error()
	}
	object := map[string]any{}
	// Whole numbers stay whole, as they do in the API server's own decoder.
	if err := json.Unmarshal(asJSON, &object); err != nil {
		return err.Error()
	}
	kind, _ := object["kind"].(string)
	resource, known := a[kind]
	if !known {
		return ""
	}
	unknown := pruning.PruneWithOptions(object, resource.schema, true, structural.UnknownFieldPathOptions{TrackUnknownFieldPaths: true})
	if len(unknown) > 0 {
		return "unknown field " + unknown[0]
	}
	defaulting.PruneNonNullableNullsWithoutDefaults(object, resource.schema)
	defaulting.Default(object, resource.schema)
	errors := metadata(object, resource.namespaced)
	errors = append(errors, validation.ValidateCustomResource(nil, object, resource.validator)...)
	errors = append(errors, listtype.ValidateListSetsAndMaps(nil, resource.schema, object)...)
	if len(errors) == 0 {
		// As the API server does: rules are asked only of what fits the schema.
		broken, _ := resource.rules.Validate(quiet, nil, resource.schema, object, nil, celconfig.RuntimeCELCostBudget)
		errors = append(errors, broken...)
	}
	if len(errors) == 0 {
		return ""
	}
	return errors[0].Error()
}

// metadata is checked by the API server itself, for every kind alike; the namespace is that of the request where none is given.
func metadata(object map[string]any, namespaced bool) field.ErrorList {
	place := field.NewPath("metadata")
	read, _, unknown, err := objectmeta.GetObjectMetaWithOptions(object, objectmeta.ObjectMetaOptions{ReturnUnknownFieldPaths: true})
	switch {
	case err != nil:
		return field.ErrorList{field.Invalid(place, nil, err.Error())}
	case read == nil:
		return field.ErrorList{field.Required(place, "")}
	case len(unknown) > 0:
		return field.ErrorList{field.Invalid(place, nil, "unknown field "+unknown[0])}
	}
	if namespaced && read.Namespace == "" {
		read.Namespace = "default"
	}
	if read.Name == "" && read.GenerateName != "" {
		read.Name = names.SimpleNameGenerator.GenerateName(read.GenerateName)
	}
	return metavalidation.ValidateObjectMeta(read, namespaced, metavalidation.NameIsDNSSubdomain, place)
}

// documents splits a YAML stream as Argo's reader does.
func documents(text string) []string {
	var found []string
	for _, document := range strings.Split(text, "\n---") {
		if strings.TrimSpace(document) != "" {
			found = append(found, document)
		}
	}
	return found
}
