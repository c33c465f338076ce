# tocsin_unit(mosquitto <noun> tocsin_request) lines, sorted: what of the adaptor needs no broker
tocsin_unit(mosquitto control_request tocsin_request)
