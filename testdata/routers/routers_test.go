// Package routers shows that a webhook handler works behind routers. It is a
// module of its own, so that nobody who uses redoxgen downloads them.
package routers

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/go-chi/chi/v5"
	"github.com/labstack/echo/v4"
	"github.com/stretchr/testify/require"

	"github.com/redoxgen/redoxgen/generated/patientadmin"
	"github.com/redoxgen/redoxgen/runtime/deadletter"
	"github.com/redoxgen/redoxgen/runtime/redoxtest"
	"github.com/redoxgen/redoxgen/runtime/webhook"
)

func TestRouters(t *testing.T) {
	gin.SetMode(gin.ReleaseMode)
	for name, mount := range map[string]func(http.Handler) http.Handler{
		"net/http": func(h http.Handler) http.Handler {
			mux := http.NewServeMux()
			mux.Handle("/redox", h)
			return mux
		},
		"chi": func(h http.Handler) http.Handler {
			r := chi.NewRouter()
			r.Handle("/redox", h)
			return r
		},
		"gin": func(h http.Handler) http.Handler {
			r := gin.New()
			r.Any("/redox", gin.WrapH(h))
			return r
		},
		"echo": func(h http.Handler) http.Handler {
			e := echo.New()
			e.Any("/redox", echo.WrapHandler(h))
			return e
		},
	} {
		t.Run(name, func(t *testing.T) {
			handled := 0
			mux := webhook.NewMux()
			webhook.On(mux, func(context.Context, webhook.Delivery, *patientadmin.Arrival) error { handled++; return nil })
			h, err := webhook.NewHandler(mux, webhook.Config{Tokens: []string{"t"}, DeadLetter: deadletter.Dir(t.TempDir())})
			require.NoError(t, err)
			server := httptest.NewServer(mount(h))
			defer server.Close()

			feed := redoxtest.NewFeed(t, server.URL+"/redox", "t") // verifies the endpoint first
			feed.Deliver(`{"Meta":{"DataModel":"PatientAdmin","EventType":"Arrival"}}`).WrongToken().Twice()
			feed.Deliver(`{"Meta":{"DataModel":"X","EventType":"Y"}}`)
			_, err = feed.Run(t.Context())
			require.NoError(t, err)
			require.Equal(t, 1, handled)
		})
	}
}
