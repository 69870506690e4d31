/**
 * What is wrong with this machine and with a running Berth. In come facts of the machine and a gateway's findings; out go checks, each
 * with what to do.
 */
package dev.berth.cli.doctor;
