import { clusterContract } from '../../contracts/cluster.ts';
import { simulatedBench } from './bench.ts';

clusterContract('the simulated cluster', simulatedBench);
