package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestAnswers(t *testing.T) {
	const query = `{"Meta":{"DataModel":"CDSHooks","EventType":"order-select"},"hookInstance":"1",
		"context":{"patientId":"0000000001","selections":[SELECTED]}}`
	for name, tt := range map[string]struct {
		query  string
		status int
		answer string
	}{
		"a card": {strings.Replace(query, "SELECTED", `"warfarin","aspirin"`, 1), 200,
			`{"Meta":{"DataModel":"CDSHooks","EventType":"order-select-response"},"cards":[{"summary":"Warfarin with aspirin: risk of bleeding","indicator":"warning","source":{"label":"Interactions of drugs"}}]}`},
		"no card": {strings.Replace(query, "SELECTED", `"warfarin"`, 1), 200,
			`{"Meta":{"DataModel":"CDSHooks","EventType":"order-select-response"},"cards":[]}`},
		"discovery": {`{"Meta":{"DataModel":"CDSHooks","EventType":"discovery"}}`, 200, services},
		"no token":  {``, 401, "Unauthorized\n"},
	} {
		t.Run(name, func(t *testing.T) {
			h, err := newHandler("t")
			if err != nil {
				t.Fatal(err)
			}
			r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(tt.query))
			if tt.query != "" {
				r.Header.Set("verification-token", "t")
			}
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if w.Code != tt.status || w.Body.String() != tt.answer {
				t.Errorf("%d %s", w.Code, w.Body)
			}
		})
	}
}
