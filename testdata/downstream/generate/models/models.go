// Package models is where the generated packages lie.
package models

//go:generate go tool redoxgen generate --events PatientAdmin.Arrival,Order.New --out .
