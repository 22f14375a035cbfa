package main

import (
	"fmt"
	"sync"
)

type Plugin struct{ asked int }

var rates = map[string]uint32{"de": 19, "fr": 20, "ch": 8}

func (p *Plugin) PriceOf(net uint32, country string) (Price, error) {
	p.asked++
	rate, known := rates[country]
	if !known {
		return Price{}, FaultUnknownCountry{Value: country}
	}
	if net > 1_000_000_00 {
		return Price{}, FaultTooLarge{}
	}
	Host.Log(fmt.Sprintf("price %d of %d in %s", p.asked, net, country))
	return Price{Net: net, Tax: net * rate / 100}, nil
}

func (p *Plugin) Total(nets []uint32) uint64 {
	parts := make(chan uint64, len(nets))
	var group sync.WaitGroup
	for _, net := range nets {
		group.Add(1)
		go func() {
			defer group.Done()
			parts <- uint64(net)
		}()
	}
	group.Wait()
	close(parts)
	var total uint64
	for part := range parts {
		total += part
	}
	return total
}
