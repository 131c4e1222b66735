package main

import (
	"context"
	"fmt"
	"io"

	wfv1 "github.com/argoproj/argo-workflows/v4/pkg/apis/workflow/v1alpha1"
	"github.com/argoproj/argo-workflows/v4/util/logging"
	"github.com/argoproj/argo-workflows/v4/workflow/common"
	"github.com/argoproj/argo-workflows/v4/workflow/templateresolution"
	"github.com/argoproj/argo-workflows/v4/workflow/validate"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// quiet is a context whose logger says nothing: the validator warns of what it cannot resolve.
var quiet = logging.WithLogger(context.Background(), logging.NewSlogLoggerCustom(logging.Error, logging.Text, io.Discard))

// library finds templates among the documents of a set.
type library struct {
	namespace  string
	namespaced map[string]*wfv1.WorkflowTemplate
	cluster    map[string]*wfv1.ClusterWorkflowTemplate
}

// Get finds a WorkflowTemplate as `argo lint --offline` does: in the caller's namespace, as it is written.
func (l library) Get(_ context.Context, name string) (*wfv1.WorkflowTemplate, error) {
	if found, ok := l.namespaced[l.namespace+"/"+name]; ok {
		return found, nil
	}
	return nil, fmt.Errorf("no WorkflowTemplate %q in namespace %q", name, l.namespace)
}

// clusterLibrary is the same for ClusterWorkflowTemplates.
type clusterLibrary struct{ library }

// Get finds a ClusterWorkflowTemplate.
func (l clusterLibrary) Get(_ context.Context, name string) (*wfv1.ClusterWorkflowTemplate, error) {
	if found, ok := l.cluster[name]; ok {
		return found, nil
	}
	return nil, fmt.Errorf("no ClusterWorkflowTemplate %q", name)
}

// validated says what the calls of `argo lint --offline --strict` say to a set: the first refusal, and whether anything was
// judged at all.
func validated(set set) (refusal string, judged bool) {
	var objects []metav1.Object
	for _, file := range set.files {
		for _, parsed := range common.ParseObjects(quiet, file.text, true) {
			if parsed.Err != nil && isArgo(parsed.Object) && refusal == "" {
				refusal, judged = parsed.Err.Error(), true
			}
			if parsed.Object != nil && parsed.Err == nil {
				objects = append(objects, parsed.Object)
			}
		}
	}
	known := known(objects)
	for _, object := range objects {
		known.namespace = object.GetNamespace()
		err, is := judge(object, known)
		judged = judged || is
		if err != nil && refusal == "" {
			refusal = err.Error()
		}
	}
	return refusal, judged
}

func known(objects []metav1.Object) library {
	found := library{
		namespaced: map[string]*wfv1.WorkflowTemplate{},
		cluster:    map[string]*wfv1.ClusterWorkflowTemplate{},
	}
	for _, object := range objects {
		switch typed := object.(type) {
		case *wfv1.WorkflowTemplate:
			found.namespaced[typed.Namespace+"/"+typed.Name] = typed
		case *wfv1.ClusterWorkflowTemplate:
			found.cluster[typed.Name] = typed
		}
	}
	return found
}

func judge(object metav1.Object, known library) (error, bool) {
	var cluster templateresolution.ClusterWorkflowTemplateGetter = clusterLibrary{known}
	options := validate.ValidateOpts{Lint: true}
	switch typed := object.(type) {
	case *wfv1.Workflow:
		return validate.ValidateWorkflow(quiet, known, cluster, typed, nil, options), true
	case *wfv1.WorkflowTemplate:
		return validate.ValidateWorkflowTemplate(quiet, known, cluster, typed, nil, options), true
	case *wfv1.ClusterWorkflowTemplate:
		return validate.ValidateClusterWorkflowTemplate(quiet, nil, cluster, typed, nil, options), true
	case *wfv1.CronWorkflow:
		return validate.ValidateCronWorkflow(quiet, known, cluster, typed, nil), true
	}
	return nil, false
}

func isArgo(object metav1.Object) bool {
	switch object.(type) {
	case nil, *wfv1.Workflow, *wfv1.WorkflowTemplate, *wfv1.ClusterWorkflowTemplate, *wfv1.CronWorkflow:
		return true
	}
	return false
}
